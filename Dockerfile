# syntax=docker/dockerfile:1
# Ringback as an image: `docker build -t ringback .`
# It needs DATABASE_URL, REDIS_URL, RINGBACK_MASTER_KEY and RINGBACK_ADMIN_KEY, and writes nothing to its disk.

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts
COPY . .
# What would be published, and nothing else: npm builds it and packs what package.json names.
RUN npm pack && tar -xzf ringback-*.tgz

# Without the embedded Postgres, which is an optional dependency, and whatever is only for building.
FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --omit=optional --ignore-scripts

FROM node:24-bookworm-slim
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="Ringback" \
      org.opencontainers.image.description="Callback (webhook) delivery you can trust." \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="MIT"

# The probes have a port of their own, which processes without the API have too. Node: docs/performance.md, "The young generation".
ENV NODE_ENV=production \
    NODE_OPTIONS=--max-semi-space-size=32 \
    HOST=0.0.0.0 \
    PORT=4600 \
    RINGBACK_METRICS_PORT=9464

WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/package ./

# The user `node` of the base image, by number: Kubernetes asks for one to see that it is not root.
USER 1000:1000
EXPOSE 4600 9464

# Readiness and not liveness, so that whoever waits for a healthy container can send it requests.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.RINGBACK_METRICS_PORT + '/readyz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]

# Node itself is process 1 and hears the signal; it ends within RINGBACK_DRAIN_SECONDS, RINGBACK_SHUTDOWN_SECONDS and ten more.
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "dist/src/cli/main.js"]
CMD ["start"]
