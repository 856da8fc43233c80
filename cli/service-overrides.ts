import { resolvePath } from '../common/resolve-path.js';

export interface ServiceOptions {
  readonly find?: string | undefined;
  readonly assume?: string | undefined;
  readonly services?: string | undefined;
}

/** The keys of `service` in the run configuration that command-line options set; unchecked. */
export function serviceOverrides({ find, assume, services }: ServiceOptions): Record<string, string> {
  return {
    ...(find === undefined ? {} : { find }),
    ...(assume === undefined ? {} : { find: 'assume', assumedName: assume }),
    ...(services === undefined ? {} : { rules: resolvePath(services) }),
  };
}
