/**
 * Meaning of an allowed global. Arrays, dtypes, scalars and containers are built immediately; all others become
 * records, which the frame reader interprets later; `unread` ones cost the column that has them. No role runs anything but this reader's own code.
 */
type GlobalRole =
  | 'reconstruct'
  | 'frombuffer'
  | 'ndarray'
  | 'dtype'
  | 'scalar'
  | 'encode'
  | 'bytes'
  | 'dict'
  | 'sequence'
  | 'getattr'
  | 'object'
  | 'reconstructor'
  | 'newobj'
  | 'NA'
  | 'type'
  | 'frame'
  | 'manager'
  | 'block'
  | 'index'
  | 'new-index'
  | 'range-index'
  | 'multi-index'
  | 'categorical'
  | 'ndarray-backed'
  | 'datetime-array'
  | 'masked-array'
  | 'string-array'
  | 'arrow-array'
  | 'restore-arrow'
  | 'arrow-chunks'
  | 'arrow-buffer'
  | 'arrow-type'
  | 'dtype-record'
  | 'timestamp'
  | 'nat'
  | 'timedelta64'
  | 'datetime'
  | 'date'
  | 'timedelta'
  | 'decimal'
  | 'slice'
  | 'detail'
  | 'unread';

/** A global that pickled DataFrames refer to. */
export class AllowedGlobal {
  constructor(
    readonly module: string,
    readonly name: string,
    readonly role: GlobalRole,
  ) {}

  toString(): string {
    return `${this.module}.${this.name}`;
  }
}

const INDEX_MODULES = [
  'pandas',
  'pandas.core.index',
  'pandas.core.indexes.base',
  'pandas.core.indexes.numeric',
  'pandas.core.indexes.datetimes',
  'pandas.core.indexes.timedeltas',
  'pandas.core.indexes.category',
  'pandas.indexes.base',
  'pandas.indexes.numeric',
  'pandas.indexes.category',
  'pandas.tseries.index',
  'pandas.tseries.tdi',
];
const ARRAYS = 'pandas.core.arrays';

/**
 * Role, modules, names. The modules are those found in files written by pandas 0.12 to 3.1, and those in its
 * compatibility table (`pandas/compat/pickle_compat.py`).
 */
const ALLOWED: readonly (readonly [GlobalRole, readonly string[], readonly string[]])[] = [
  ['reconstruct', ['numpy.core.multiarray', 'numpy._core.multiarray'], ['_reconstruct']],
  ['scalar', ['numpy.core.multiarray', 'numpy._core.multiarray'], ['scalar']],
  ['frombuffer', ['numpy.core.numeric', 'numpy._core.numeric'], ['_frombuffer']],
  ['ndarray', ['numpy'], ['ndarray']],
  ['ndarray', ['pandas.core.base', 'pandas.core.indexes.frozen'], ['FrozenNDArray']],
  ['dtype', ['numpy'], ['dtype']],
  ['type', ['numpy'], ['float64', 'float32', 'int64', 'int32', 'bool_', 'object_', 'str_', 'datetime64']],

  ['encode', ['_codecs'], ['encode']],
  ['bytes', ['builtins', '__builtin__'], ['bytes', 'bytearray']],
  ['sequence', ['builtins', '__builtin__'], ['list', 'tuple', 'set', 'frozenset']],
  ['dict', ['builtins', '__builtin__'], ['dict']],
  ['dict', ['collections'], ['OrderedDict']],
  ['getattr', ['builtins', '__builtin__'], ['getattr']],
  ['object', ['builtins', '__builtin__'], ['object']],
  ['slice', ['builtins', '__builtin__'], ['slice']],
  ['reconstructor', ['copyreg', 'copy_reg'], ['_reconstructor']],
  ['newobj', ['copyreg', 'copy_reg'], ['__newobj__']],

  ['frame', ['pandas', 'pandas.core.frame'], ['DataFrame']],
  ['manager', ['pandas.core.internals', 'pandas.core.internals.managers'], ['BlockManager']],
  ['manager', ['pandas._libs.internals'], ['BlockManager']],
  ['block', ['pandas._libs.internals'], ['_unpickle_block']],
  ['block', ['pandas.core.internals.blocks'], ['new_block']],

  [
    'index',
    INDEX_MODULES,
    [
      'Index',
      'Int64Index',
      'UInt64Index',
      'Float64Index',
      'NumericIndex',
      'DatetimeIndex',
      'TimedeltaIndex',
      'CategoricalIndex',
    ],
  ],
  ['new-index', INDEX_MODULES, ['_new_Index', '_new_DatetimeIndex']],
  ['range-index', ['pandas', 'pandas.core.indexes.range', 'pandas.indexes.range'], ['RangeIndex']],
  [
    'multi-index',
    ['pandas', 'pandas.core.index', 'pandas.core.indexes.multi', 'pandas.indexes.multi'],
    ['MultiIndex'],
  ],

  [
    'categorical',
    ['pandas', 'pandas.core.categorical', `${ARRAYS}.categorical`, 'pandas.core.arrays'],
    ['Categorical'],
  ],
  ['ndarray-backed', ['pandas._libs.arrays'], ['__pyx_unpickle_NDArrayBacked']],
  [
    'datetime-array',
    ['pandas.arrays', `${ARRAYS}.datetimes`, `${ARRAYS}.timedeltas`],
    ['DatetimeArray', 'TimedeltaArray'],
  ],
  ['masked-array', ['pandas.arrays', `${ARRAYS}.integer`], ['IntegerArray']],
  ['masked-array', ['pandas.arrays', `${ARRAYS}.floating`], ['FloatingArray']],
  ['masked-array', ['pandas.arrays', `${ARRAYS}.boolean`], ['BooleanArray']],
  ['string-array', ['pandas.arrays', `${ARRAYS}.string_`], ['StringArray', 'StringArrayNumpySemantics']],
  ['string-array', ['pandas.arrays', `${ARRAYS}.numpy_`], ['PandasArray', 'NumpyExtensionArray']],
  [
    'arrow-array',
    ['pandas.arrays', `${ARRAYS}.string_arrow`],
    ['ArrowStringArray', 'ArrowStringArrayNumpySemantics'],
  ],
  ['arrow-array', ['pandas.arrays', `${ARRAYS}.arrow.array`, `${ARRAYS}.arrow`], ['ArrowExtensionArray']],
  ['restore-arrow', ['pyarrow.lib'], ['_restore_array']],
  ['arrow-chunks', ['pyarrow.lib'], ['chunked_array']],
  ['arrow-buffer', ['pyarrow.lib'], ['py_buffer']],
  ['arrow-type', ['pyarrow.lib'], ['type_for_alias']],

  [
    'dtype-record',
    ['pandas', 'pandas.core.dtypes.dtypes'],
    ['CategoricalDtype', 'DatetimeTZDtype', 'ArrowDtype'],
  ],
  ['dtype-record', ['pandas', `${ARRAYS}.string_`], ['StringDtype']],
  ['dtype-record', [`${ARRAYS}.numpy_`], ['PandasDtype']],
  ['dtype-record', ['pandas.core.dtypes.dtypes'], ['NumpyEADtype']],
  ['dtype-record', [`${ARRAYS}.arrow.dtype`], ['ArrowDtype']],
  ['dtype-record', ['pandas', `${ARRAYS}.boolean`], ['BooleanDtype']],
  ['dtype-record', ['pandas', `${ARRAYS}.floating`], ['Float32Dtype', 'Float64Dtype']],
  [
    'dtype-record',
    ['pandas', `${ARRAYS}.integer`],
    ['Int', 'UInt'].flatMap((kind) => [8, 16, 32, 64].map((bits) => `${kind}${bits}Dtype`)),
  ],

  [
    'timestamp',
    [
      'pandas',
      'pandas.tslib',
      'pandas._libs.tslib',
      'pandas._libs.tslibs.timestamps',
      'pandas._libs.tslibs.conversion',
    ],
    ['Timestamp', '_unpickle_timestamp'],
  ],
  [
    'nat',
    ['pandas.tslib', 'pandas._libs.tslib', 'pandas._libs.tslibs.nattype'],
    ['__nat_unpickle', '_nat_unpickle'],
  ],
  ['nat', ['pandas._libs.tslibs.nattype'], ['NaTType']],
  ['timedelta64', ['pandas._libs.tslibs.timedeltas'], ['_timedelta_unpickle']],
  [
    'timedelta64',
    ['pandas', 'pandas.tslib', 'pandas._libs.tslib', 'pandas._libs.tslibs.timedeltas'],
    ['Timedelta'],
  ],
  ['NA', ['pandas', 'pandas._libs.missing'], ['NA', 'C_NA']],
  ['datetime', ['datetime'], ['datetime']],
  ['date', ['datetime'], ['date']],
  ['timedelta', ['datetime'], ['timedelta']],
  ['decimal', ['decimal', '_decimal'], ['Decimal']],

  // Time zones and frequencies: kept as names but not used, since the values are UTC.
  ['detail', ['datetime'], ['timezone']],
  ['detail', ['pytz'], ['_UTC', '_p', 'utc']],
  ['detail', ['zoneinfo'], ['ZoneInfo', 'ZoneInfo._unpickle']],
  [
    'detail',
    ['pandas._libs.tslibs.offsets', 'pandas.tseries.offsets'],
    ['Day', 'Hour', 'Minute', 'Second', 'Milli', 'Micro', 'Nano'],
  ],
  ['detail', ['pandas', 'pandas.core.flags'], ['Flags']],

  // Values of the standard library and of pandas that have no column type here: a column with them is left out.
  ['unread', ['uuid'], ['UUID', 'SafeUUID']],
  ['unread', ['collections'], ['Counter', 'defaultdict', 'deque']],
  [
    'unread',
    ['ipaddress'],
    ['IPv4Address', 'IPv6Address', 'IPv4Network', 'IPv6Network', 'IPv4Interface', 'IPv6Interface'],
  ],
  ['unread', ['fractions'], ['Fraction']],
  ['unread', ['builtins', '__builtin__'], ['complex', 'range', 'int', 'float', 'str', 'bool']],
  ['unread', ['datetime'], ['time']],
  [
    'unread',
    ['pathlib', 'pathlib._local'],
    ['PosixPath', 'PurePosixPath', 'WindowsPath', 'PureWindowsPath', 'Path', 'PurePath'],
  ],
  ['unread', ['pandas', 'pandas.arrays', `${ARRAYS}.period`], ['PeriodArray', 'period_array']],
  ['unread', ['pandas', 'pandas.core.dtypes.dtypes'], ['PeriodDtype', 'IntervalDtype', 'SparseDtype']],
  ['unread', ['pandas', 'pandas._libs.tslibs.period', 'pandas._libs.period', 'pandas._period'], ['Period']],
  [
    'unread',
    ['pandas', 'pandas.core.indexes.period', 'pandas.tseries.period'],
    ['PeriodIndex', '_new_PeriodIndex'],
  ],
  ['unread', ['pandas', 'pandas.arrays', `${ARRAYS}.interval`], ['IntervalArray']],
  ['unread', ['pandas', 'pandas._libs.interval'], ['Interval']],
  ['unread', ['pandas', 'pandas.core.indexes.interval'], ['IntervalIndex', '_new_IntervalIndex']],
  ['unread', ['pandas', 'pandas.arrays', `${ARRAYS}.sparse`, `${ARRAYS}.sparse.array`], ['SparseArray']],
  ['unread', [`${ARRAYS}.sparse`, `${ARRAYS}.sparse.dtype`], ['SparseDtype']],
  ['unread', ['pandas._libs.sparse'], ['IntIndex', 'BlockIndex']],
];

const BY_NAME = new Map<string, AllowedGlobal>(
  ALLOWED.flatMap(([role, modules, names]) =>
    modules.flatMap((module) =>
      names.map((name) => [`${module} ${name}`, new AllowedGlobal(module, name, role)] as const),
    ),
  ),
);

/** The global if DataFrames need it, else null. */
export function findAllowedGlobal(module: string, name: string): AllowedGlobal | null {
  return BY_NAME.get(`${module} ${name}`) ?? null;
}
