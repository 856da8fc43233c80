-- warehouse_format: one row per warehouse file: the layout of its shared tables.
-- filled by: warehouse/core/warehouse-format.ts
create table main.warehouse_format (
  layout varchar primary key -- 12 hexadecimal digits of a hash over the statements of sql/10_raw
)
