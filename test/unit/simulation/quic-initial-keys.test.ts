import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { quicInitialKeys } from '../../../simulation/wire/quic-initial-keys.js';

/** RFC 9001, appendix A.1. */
const CONNECTION_ID = Buffer.from('8394c8f03e515708', 'hex');
const PUBLISHED = {
  client: {
    key: '1f369613dd76d5467730efcbe3b1a22d',
    iv: 'fa044b2f42a3fd3b46fb255c',
    headerProtection: '9f50449e04a0e810283a1e9933adedd2',
  },
  server: {
    key: 'cf3a5331653c364c88f0f379b6067e37',
    iv: '0ac1493ca1905853b0bba03e',
    headerProtection: 'c206b8d9b9f0f37644430b490eeaa314',
  },
};

describe('quicInitialKeys', () => {
  for (const side of ['client', 'server'] as const) {
    it(`derives the published keys of the ${side}`, () => {
      const keys = quicInitialKeys(CONNECTION_ID, side);
      assert.equal(keys.key.toString('hex'), PUBLISHED[side].key);
      assert.equal(keys.iv.toString('hex'), PUBLISHED[side].iv);
      assert.equal(keys.headerProtection.toString('hex'), PUBLISHED[side].headerProtection);
    });
  }
});
