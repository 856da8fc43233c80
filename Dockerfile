FROM node:22-bookworm-slim
WORKDIR /vqi
# Dependencies have their own layer: they are installed again only when the lock file changes.
COPY package.json package-lock.json .npmrc ./
COPY scripts/setup.mjs scripts/
RUN node -e "import('./scripts/setup.mjs').then(({ install }) => install())"
COPY . .
RUN node -e "import('./scripts/setup.mjs').then(({ setUp }) => setUp())"
CMD ["node", "scripts/vqi.mjs", "worker"]
