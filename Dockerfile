FROM node:22-bookworm-slim
WORKDIR /vqi
COPY package.json package-lock.json .npmrc ./
COPY scripts/setup.mjs scripts/
RUN node -e "import('./scripts/setup.mjs').then(({ install }) => install())"
COPY . .
RUN node -e "import('./scripts/setup.mjs').then(({ setUp }) => setUp())"
CMD ["node", "scripts/vqi.mjs", "worker"]
