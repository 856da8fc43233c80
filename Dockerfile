FROM node:22-bookworm-slim
WORKDIR /vqi
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN node -e "import('./scripts/setup.mjs').then(({ setUp }) => setUp())"
CMD ["node", "scripts/vqi.mjs", "worker"]
