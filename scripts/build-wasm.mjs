// `npm run wasm`: compiles learning/models/svm/dot-products.wat into dot-products-wasm.ts next to it.
import { Buffer } from 'node:buffer';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import wabt from 'wabt';
import { root } from './setup.mjs';

const folder = join(root, 'learning', 'models', 'svm');
const { parseWat } = await wabt();
const module = parseWat('dot-products.wat', readFileSync(join(folder, 'dot-products.wat')), { simd: true });
const text = Buffer.from(module.toBinary({}).buffer).toString('base64');
const lines = text.match(/.{1,100}/g).map((line) => `  '${line}',`);
writeFileSync(
  join(folder, 'dot-products-wasm.ts'),
  [
    '/** `dot-products.wat`, compiled by `npm run wasm`, as base64. */',
    'export const DOT_PRODUCTS_WASM = [',
    ...lines,
    "].join('');",
    '',
  ].join('\n'),
);
