FROM python:3.11-slim AS build
WORKDIR /src
ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv --without-pip /opt/venv
# Dependencies are installed in a layer of their own, which changes only with the lock files.
# The extra "local" is not installed, because production uses its own MongoDB.
COPY requirements/build.txt requirements/service.txt requirements/
RUN python -m pip install --require-hashes --requirement requirements/build.txt \
    && python -m pip --python /opt/venv/bin/python install --require-hashes --requirement requirements/service.txt
COPY pyproject.toml README.md LICENSE ./
COPY schemas schemas
COPY service service
RUN python -m pip wheel --no-deps --no-build-isolation --wheel-dir dist . \
    && python -m pip --python /opt/venv/bin/python install --no-deps dist/*.whl

FROM python:3.11-slim
LABEL org.opencontainers.image.title="profile-lookup" \
      org.opencontainers.image.description="Tells a contact-centre agent who is calling" \
      org.opencontainers.image.licenses="MIT"
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin profile-lookup
COPY --from=build /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOST=0.0.0.0 \
    PORT=8080
USER 10001:10001
WORKDIR /opt/venv
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import http.client, os; c = http.client.HTTPConnection('127.0.0.1', int(os.environ['PORT']), timeout=2); c.request('GET', '/livez'); raise SystemExit(c.getresponse().status != 200)"]
# gunicorn is PID 1, so it receives SIGTERM, completes running requests, and reaps orphans.
# MONGODB_URI must be set.
CMD ["gunicorn", "--config", "python:service.server.gunicorn_config"]
