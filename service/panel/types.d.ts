// Types of the panel, for JSDoc. `make check` generates the types of the API from openapi.yaml.
import type { components } from "profile-lookup-api";
import type { Problem } from "./static/client.js";
import type { Translator } from "./static/language.js";
import type { Service } from "./static/service.js";
import type { Store } from "./static/store.js";

type Schemas = components["schemas"];

declare global {
  type Profile = Schemas["Profile"];
  type Candidate = Schemas["FoundProfile"] | Schemas["Candidate"];
  type Reason = Candidate["matched_on"][number] & { shared?: boolean };
  type Match = Schemas["Match"];
  type Found = Schemas["FoundProfiles"];
  type SearchKey = Schemas["SearchKey"];
  type PastContact = Schemas["Contact"];
  type Association = Schemas["Association"];
  type SearchKeys = Schemas["SearchKeys"];
  type Merge = Schemas["Merge"];
  type MergedProfile = Schemas["MergedProfile"];
  /** A profile that may be of the same person as another one. */
  type Duplicate = Schemas["Duplicate"];
  type Page<T> = { items: T[]; next_cursor: string | null };
  type Criterion = { key: string; values: string[] };

  /** A contact, as the page that embeds the panel sets it. */
  type IncomingContact = {
    contact_id: string;
    channel: string;
    phone_number?: string | null;
    email_address?: string | null;
    name?: string | null;
    attributes?: Record<string, string | { name: string; value: string }> | null;
    /** True if the match has shown that the phone number is a word such as "anonymous". */
    withheld?: boolean;
  };

  /** The fields of a form or a merge patch. */
  type Fields = Record<string, unknown>;
  type Row = Record<string, string>;

  /** A list of profiles. */
  type Results = {
    focus?: string;
    name: "results";
    /** `prefix`: a search for values that begin with the criterion. */
    source: "match" | "search" | "prefix";
    criteria: Criterion[];
    items: Candidate[];
    outcome: string | null;
    next_cursor: string | null;
    truncated: boolean;
  };
  type ProfileView = {
    focus?: string;
    name: "profile";
    profile: Profile;
    reasons: Reason[];
    back: Results | DuplicatesView | null;
    confirming?: boolean;
    /** True while the values of search keys are edited. */
    editing?: boolean;
  };
  type Side = "target" | "source";
  type DuplicatesView = {
    focus?: string;
    name: "duplicates";
    outcome?: undefined;
    profile: Profile;
    items: Duplicate[];
    next_cursor: string | null;
    truncated: boolean;
    back: ProfileView;
  };
  /** Two profiles side by side, of which `source` can be merged into `target`. */
  type CompareView = {
    focus?: string;
    name: "compare";
    target: Profile;
    source: Profile;
    /** The sides that the agent chose, by field. */
    choices: Record<string, Side>;
    /** The ID of the contact that was shown when the agent opened the view. */
    contactId: string | undefined;
    /** True if others have changed a profile since the agent tried to merge. */
    isOutdated: boolean;
    back: DuplicatesView;
  };
  /** A comparison of which others have merged profiles into third ones. */
  type MovedView = {
    focus?: string;
    name: "moved";
    target: Profile;
    source: Profile;
    moved: { from: Profile; to: Profile }[];
    back: ProfileView;
  };
  type MergesView = {
    focus?: string;
    name: "merges";
    profile: Profile;
    items: Merge[];
    next_cursor: string | null;
    back: ProfileView;
  };
  type View = { focus?: string } & (
    | { name: "idle" | "matching" }
    | { name: "failed"; retry: (() => void) | null }
    | Results
    | ProfileView
    | { name: "create"; contact: IncomingContact | null; criteria: Criterion[]; back: View }
    /** `entered`: what the agent has entered for a new profile, before the profile was found. */
    | { name: "edit"; profile: Profile; back: ProfileView; entered?: Fields }
    | DuplicatesView
    | CompareView
    | MovedView
    | MergesView
    | { name: "conflict"; base: Profile; latest: Profile; patch: Fields; back: ProfileView }
  );

  /** What an action does to a contact, or to profiles if `contact` is null. */
  type Task = {
    contact: IncomingContact | null;
    kind: "association" | "clear" | "merge";
    /** A text for the agent. */
    about: string;
  };
  type Notice = { problem: Problem; retry?: () => void; task?: Task };

  /**
   * A merge that the agent has made or undone, with the names of its profiles as far as they are known. `later` is
   * the profile into which others have merged its target, so that it cannot be undone yet.
   */
  type MergeNotice = { merge: Merge; target: string; source: string; later?: Profile };

  type State = {
    scopes: ReadonlySet<string>;
    searchKeys: SearchKey[];
    /** The region of phone numbers without a country code. */
    region: string;
    contact: IncomingContact | null;
    /** The profile that the contact is associated with. */
    associated: Profile | null;
    afterContactWork: boolean;
    /** True while the agent is asked whether to clear a contact without an association. */
    clearing: boolean;
    /** True if the contact is cleared, so that its association cannot change. */
    cleared: boolean;
    view: View;
    /** Forms that the agent has begun to fill in, and left. */
    drafts: View[];
    /** The view of a new contact that waits until the agent leaves a form. */
    waiting: View | null;
    notice: Notice | null;
    /** Actions for contacts that failed, and can be tried again. */
    unfinished: Notice[];
    merged: MergeNotice | null;
    /** The IDs of the profiles into which others were merged since they were read, by the ID of the other. */
    aliases: ReadonlyMap<string, string>;
    /** The problem while a request is repeated. */
    retrying: Problem | null;
    /** A text for the live region. */
    announcement: string;
    /** True while an action changes something. */
    busy: boolean;
    /** Identifies the view that loads. */
    opening: AbortController | null;
  };

  /** What all views and actions share. */
  type App = {
    store: Store;
    service: Service;
    t: Translator;
    root: ShadowRoot;
    emit: (name: string, detail: Record<string, unknown>) => void;
    /** The action that runs or ran last. */
    running: Promise<unknown>;
    /** The IDs of the contacts that were cleared in this panel. */
    cleared: Set<string>;
    /** Read again what a failed sign-in has prevented from loading. */
    reload: () => void;
  };
}
