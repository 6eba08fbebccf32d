/** An error that the agent sees: a problem document of the service, or a lost connection. */
export class Problem extends Error {
  /** @param {string} code @param {number} status @param {Record<string, any>} [members] */
  constructor(code, status = 0, members = {}) {
    super(code);
    this.code = code;
    this.status = status;
    this.members = members;
    /** True if the request was repeated, so that an earlier attempt may have succeeded. */
    this.repeated = false;
  }
}

/**
 * @typedef {object} Options
 * @property {boolean} [patient] true to repeat the request until it is aborted
 * @property {unknown} [body]
 * @property {number} [version] for If-Match
 * @property {string} [idempotencyKey]
 * @property {AbortSignal | undefined} [signal]
 */

const TIMEOUT = 15_000;
const DELAYS = [1000, 2000, 4000, 8000, 8000];
const MAX_RETRY_AFTER = 20;
const REPEATED_STATUSES = new Set([429, 502, 503, 504]);

/** Sends requests, repeats those that failed for a while, and renews the token. */
export class Client {
  /** @type {Promise<string | null> | null} */
  #bearer = null;

  /**
   * @param {object} parts
   * @param {string} parts.base
   * @param {() => Promise<string | null> | string | null} parts.token
   * @param {(problem: Problem | null) => void} parts.onRetrying called before a pause, and with null at the end of a request that was repeated
   * @param {(profileId: string, target: string | null) => void} [parts.onMerged] called with the profile of a request, and the one into which it was merged
   * @param {AbortSignal} [parts.signal] ends all requests
   * @param {typeof globalThis.fetch} [parts.fetch]
   * @param {(milliseconds: number, signal?: AbortSignal) => Promise<void>} [parts.wait]
   */
  constructor({
    base,
    token,
    onRetrying,
    onMerged,
    signal,
    fetch = globalThis.fetch.bind(globalThis),
    wait = pause,
  }) {
    this.base = base;
    this.token = token;
    this.onRetrying = onRetrying;
    this.onMerged = onMerged;
    this.signal = signal;
    this.fetch = fetch;
    this.wait = wait;
  }

  /**
   * Return the body of the response; throw a `Problem`.
   * @param {string} method @param {string} path @param {Options} [options]
   * @returns {Promise<any>}
   */
  async send(method, path, options = {}) {
    const signals = [this.signal, options.signal].filter((signal) => signal !== undefined);
    const signal = AbortSignal.any(signals);
    let isRetrying = false;
    try {
      for (let attempt = 0; ; attempt++) {
        try {
          return await this.#authorized(method, path, { ...options, signal });
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          error.repeated = attempt > 0;
          const delay = delayAfter(error, options.patient ? Math.min(attempt, DELAYS.length - 1) : attempt);
          if (delay === null) throw error;
          isRetrying = true;
          this.onRetrying(error);
          await this.wait(delay, signal);
        }
      }
    } finally {
      if (isRetrying) this.onRetrying(null);
    }
  }

  /** @param {string} method @param {string} path @param {Options} options */
  async #authorized(method, path, options) {
    const bearer = this.#bearer;
    try {
      return await this.#once(method, path, options);
    } catch (error) {
      if (!(error instanceof Problem && error.status === 401)) throw error;
      // Another request may have renewed the token meanwhile.
      if (this.#bearer === bearer) this.#bearer = null;
      if (bearer === null) throw error;
      return this.#once(method, path, options);
    }
  }

  /** @param {string} method @param {string} path @param {Options} options */
  async #once(method, path, options) {
    const headers = await this.#headers(method, options);
    const timeout = AbortSignal.timeout(TIMEOUT);
    const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
    const body = options.body === undefined ? null : JSON.stringify(options.body);
    /** @type {Response} */
    let response;
    let text;
    try {
      response = await this.fetch(this.base + path, { method, headers, body, signal, credentials: "omit" });
      text = await response.text();
    } catch (error) {
      if (options.signal?.aborted) throw error;
      throw new Problem("connection_lost");
    }
    const content = parse(text);
    // A page of another server, such as a wrong URL of the API, is no JSON.
    if (response.ok && content === null && response.status !== 204)
      throw new Problem("no_api", response.status);
    if (response.ok) {
      this.#reportMerged(path, options.body, response);
      return content;
    }
    throw toProblem(response, content);
  }

  /** @param {string} path @param {any} body @param {Response} response */
  #reportMerged(path, body, { headers }) {
    const id = /^\/profiles\/(\w{32})/.exec(path)?.[1] ?? body?.profile_id;
    if (id) this.onMerged?.(id, headers.get("Profile-Merged-Into"));
  }

  /** @param {string} method @param {Options} options */
  async #headers(method, { body, version, idempotencyKey }) {
    /** @type {Record<string, string>} */
    const headers = {};
    this.#bearer ??= Promise.resolve().then(this.token);
    const bearer = await this.#bearer.catch(() => {
      this.#bearer = null;
      throw new Problem("sign_in_failed");
    });
    if (bearer) headers.Authorization = `Bearer ${bearer}`;
    if (body !== undefined) {
      headers["Content-Type"] = method === "PATCH" ? "application/merge-patch+json" : "application/json";
    }
    if (version !== undefined) headers["If-Match"] = `"${version}"`;
    if (idempotencyKey) headers["Idempotency-Key"] = idempotencyKey;
    return headers;
  }
}

/** @param {string} text */
function parse(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

/** @param {Response} response @param {any} content */
function toProblem(response, content) {
  const members = content && typeof content === "object" ? content : {};
  const code = typeof members.code === "string" ? members.code : `http_${response.status}`;
  const problem = new Problem(code, response.status, members);
  const seconds = Number(response.headers.get("Retry-After"));
  if (seconds > 0) problem.members = { ...members, retry_after: seconds };
  return problem;
}

/**
 * Return the milliseconds before the next attempt, or null if there is none.
 * @param {Problem} problem @param {number} attempt
 */
function delayAfter(problem, attempt) {
  const isPassing = problem.status === 0 || REPEATED_STATUSES.has(problem.status);
  const delay = DELAYS[attempt];
  const seconds = problem.members.retry_after ?? 0;
  if (!isPassing || delay === undefined || seconds > MAX_RETRY_AFTER) return null;
  return Math.max(delay, seconds * 1000);
}

/**
 * Wait, but not longer than until the browser is online again.
 * @param {number} milliseconds @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener("online", end);
      signal?.removeEventListener("abort", end);
      if (signal?.aborted) reject(signal.reason);
      else resolve();
    };
    const timer = setTimeout(end, milliseconds);
    addEventListener("online", end);
    signal?.addEventListener("abort", end);
  });
}
