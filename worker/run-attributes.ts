import { setTimeout as delay } from 'node:timers/promises';
import type { SearchAttributeType } from '@temporalio/common';
import type { NativeConnection } from '@temporalio/worker';
import { RUN_ATTRIBUTES } from '../workflows/run-attributes.js';

const VISIBLE_MS = 10_000;
const POLL_MS = 200;

/**
 * Makes the search attributes of runs where the server does not have them. A server that refuses costs only the attributes:
 * runs are the same without them.
 * @returns the names of those that runs can set
 */
export async function makeRunAttributes(
  { operatorService }: NativeConnection,
  namespace: string,
  log: (line: string) => void,
): Promise<string[]> {
  const wanted = new Map(Object.values(RUN_ATTRIBUTES).map(({ name, type }) => [name, type]));
  const typesOnServer = async (): Promise<Map<string, SearchAttributeType | undefined>> => {
    const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
    return new Map(Object.entries(customAttributes).map(([name, type]) => [name, TYPES[type - 1]]));
  };
  try {
    let known = await typesOnServer();
    const missing = [...wanted].filter(([name]) => !known.has(name));
    if (missing.length > 0) {
      await operatorService.addSearchAttributes({
        namespace,
        searchAttributes: Object.fromEntries(missing.map(([name, type]) => [name, TYPES.indexOf(type) + 1])),
      });
      const deadlineMs = performance.now() + VISIBLE_MS;
      while ([...wanted.keys()].some((name) => !known.has(name)) && performance.now() < deadlineMs) {
        await delay(POLL_MS);
        known = await typesOnServer();
      }
    }
    const usable = [...wanted].filter(([name, type]) => known.get(name) === type).map(([name]) => name);
    const others = [...wanted.keys()].filter((name) => !usable.includes(name));
    if (others.length > 0)
      log(
        `runs have no search attribute ${others.join(', ')}: the server has it with another type, or not yet; remove it with temporal operator search-attribute remove, and start the worker again`,
      );
    return usable;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log(
      `runs have no search attributes (${reason}): temporal operator search-attribute create makes ${[...wanted.keys()].join(', ')}`,
    );
    return [];
  }
}

/** In the order of their numbers in Temporal's protocol (enum IndexedValueType), which begin with 1. */
const TYPES: readonly SearchAttributeType[] = [
  ...(['TEXT', 'KEYWORD', 'INT', 'DOUBLE', 'BOOL', 'DATETIME', 'KEYWORD_LIST'] as const),
];
