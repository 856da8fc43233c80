FROM node:22-bookworm-slim
WORKDIR /vqi
# Dependencies have their own layer: they are installed again only when the lock file changes.
COPY package.json package-lock.json .npmrc ./
COPY scripts/setup.mjs scripts/
RUN node -e "import('./scripts/setup.mjs').then(({ install }) => install())"
COPY . .
# The user of the container cannot write here, so the bundle of the workflows is made now.
RUN node -e "import('./scripts/setup.mjs').then(({ setUp }) => setUp())" \
  && node -e "import('/vqi/dist/worker/workflow-bundle.js').then(({ workflowBundle }) => workflowBundle())" \
  && mkdir /data && chown node:node /data
USER node
VOLUME /data
CMD ["node", "dist/cli/main.js", "worker"]
