-- warehouse_format: one row per warehouse file: the layout of its shared tables, and its id.
-- filled by: warehouse/core/warehouse-format.ts
create table main.warehouse_format (
  layout varchar primary key, -- 12 hexadecimal digits of a hash over the statements of sql/10_raw
  warehouse_id varchar not null -- random; runs are bound to it
)
