import { DatasetError } from '../../common/dataset-error.js';
import { shownColumns } from '../../common/shown-columns.js';
import {
  adapterOf,
  DATASET_ADAPTERS,
  GROUP_KINDS,
  type DatasetColumnNames,
  type GroupKind,
} from '../../schemas/dataset-adapters.js';
import type { RunConfig } from '../../schemas/run-config.js';

export type DatasetSource = Extract<RunConfig['source'], { kind: 'dataset' }>;
export type SplitBy = RunConfig['split']['by'];

/** The role of a dataset's column, and where it is defined. */
export interface DatasetRole {
  readonly role: 'session' | 'label' | 'time' | 'group' | GroupKind;
  readonly column: string;
  readonly origin: string;
}

const DEFAULTS: DatasetColumnNames = { session: 'session_id', label: 'resolution', time: null, groups: {} };

/** The option of `vqi start` that sets a key of the source. */
function optionOf(key: string): string {
  const [name = '', kind] = key.split('.');
  return kind === undefined ? `--${name.replace('Column', '-column')} NAME` : `--group-column ${kind}=NAME`;
}

/**
 * The roles of columns: from the run configuration, else from the adapter of a known dataset, else by the usual names.
 * There is no `time` if the file's order counts; `group` is that of `split.by`, beside the columns of all known groups.
 * @param present the file's columns.
 * @throws DatasetError naming the key of the configuration, and what the file has.
 */
export function datasetRoles(
  present: readonly string[],
  source: DatasetSource,
  splitBy: SplitBy,
): DatasetRole[] {
  const fail = (reason: string, missing: string | null): never => {
    throw new DatasetError(`${source.path}: ${reason}; ${shownColumns(present, missing)}`);
  };
  const adapter =
    source.adapter === 'auto'
      ? adapterOf(present)
      : (DATASET_ADAPTERS.find(({ name }) => name === source.adapter) ?? null);
  const known: DatasetColumnNames = adapter?.columns ?? DEFAULTS;
  const origin = adapter === null ? 'usual name' : `adapter ${adapter.name}`;
  const roleOf = (
    role: DatasetRole['role'],
    key: string,
    configured: string | null | undefined,
    otherwise: string | null | undefined,
  ): DatasetRole[] => {
    const column = configured ?? otherwise;
    const where = `source.${key} (${optionOf(key)})`;
    if (column === undefined) return fail(`${where} must name the column for split.by ${splitBy}`, splitBy);
    if (column === null) return [];
    if (present.includes(column))
      return [{ role, column, origin: configured == null ? origin : `source.${key}` }];
    return fail(
      configured == null
        ? `there is no column ${column}, which ${adapter === null ? 'is the usual name' : `the adapter ${adapter.name} names`}: name the ${role} column in ${where}`
        : `${where} names ${column}, which is not a column`,
      column,
    );
  };
  for (const name of source.excludeColumns)
    if (!present.includes(name)) fail(`source.excludeColumns names ${name}, which is not a column`, name);

  const session = roleOf('session', 'sessionColumn', source.sessionColumn, known.session);
  return [
    ...session,
    ...roleOf('label', 'labelColumn', source.labelColumn, known.label),
    ...roleOf('time', 'timeColumn', source.timeColumn, known.time),
    ...(splitBy === 'session' ? sessionGroup() : groupRole('group', splitBy)),
    ...GROUP_KINDS.filter(isKnown).flatMap((kind) => groupRole(kind, kind)),
  ];

  function sessionGroup(): DatasetRole[] {
    const column = known.groups.session;
    const isPresent = column !== undefined && source.sessionColumn === undefined && present.includes(column);
    return session.map((role) => ({ ...role, role: 'group', column: isPresent ? column : role.column }));
  }

  function isKnown(kind: GroupKind): boolean {
    return source.groupColumns[kind] !== undefined || present.includes(known.groups[kind] ?? '');
  }

  function groupRole(role: DatasetRole['role'], kind: GroupKind): DatasetRole[] {
    return roleOf(role, `groupColumns.${kind}`, source.groupColumns[kind], known.groups[kind]);
  }
}
