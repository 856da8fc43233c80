import { type Answer, encode } from 'dns-packet';

const RECURSION_DESIRED = 0x0100;
const RECURSION_AVAILABLE = 0x0080;
const TTL_SECONDS = 60;

/** A client's question and its resolver's answer. */
interface DnsQuestion {
  readonly id: number;
  readonly type: 'A' | 'AAAA';
  readonly name: string;
  /** The chain of names that it is an alias of. */
  readonly aliases: readonly string[];
  /** Null: the last name has no address of this type. */
  readonly address: string | null;
}

/** Query and response messages (RFC 1035, 3596). */
export function dnsMessages({ id, type, name, aliases, address }: DnsQuestion): {
  query: Uint8Array;
  response: Uint8Array;
} {
  const questions = [{ type, name }];
  const names = [name, ...aliases];
  const answers = names
    .slice(1)
    .map((alias, index): Answer => ({ type: 'CNAME', name: names[index]!, ttl: TTL_SECONDS, data: alias }));
  if (address !== null) answers.push({ type, name: names.at(-1)!, ttl: TTL_SECONDS, data: address });
  return {
    query: encode({ type: 'query', id, flags: RECURSION_DESIRED, questions }),
    response: encode({
      type: 'response',
      id,
      flags: RECURSION_DESIRED | RECURSION_AVAILABLE,
      questions,
      answers,
    }),
  };
}
