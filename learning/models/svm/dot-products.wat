;; Dot products between the rows of two matrices of doubles, four rows by two at a time, two columns per step.
;; All sizes except the numbers of rows are in bytes. A row has a multiple of 16 bytes, padded with zeros.
(module
  (memory (export "memory") 0)
  (func (export "dotProducts")
    (param $left i32) (param $leftRows i32)    ;; a multiple of 4
    (param $right i32) (param $rightRows i32)  ;; a multiple of 2
    (param $rowBytes i32)
    (param $out i32) (param $outRowBytes i32)  ;; out[row of left][row of right]
    (local $leftEnd i32) (local $rightEnd i32)
    (local $l0 i32) (local $l1 i32) (local $l2 i32) (local $l3 i32) (local $l0End i32)
    (local $r0 i32) (local $r1 i32) (local $row i32) (local $o i32)
    (local $x v128) (local $y v128) (local $v v128)
    (local $s00 v128) (local $s01 v128) (local $s10 v128) (local $s11 v128)
    (local $s20 v128) (local $s21 v128) (local $s30 v128) (local $s31 v128)
    (local.set $leftEnd
      (i32.add (local.get $left) (i32.mul (local.get $leftRows) (local.get $rowBytes))))
    (local.set $rightEnd
      (i32.add (local.get $right) (i32.mul (local.get $rightRows) (local.get $rowBytes))))
    (loop $leftBlocks
      (local.set $row (local.get $right))
      (local.set $o (local.get $out))
      (local.set $l0End (i32.add (local.get $left) (local.get $rowBytes)))
      (loop $rightBlocks
        (local.set $l0 (local.get $left))
        (local.set $l1 (i32.add (local.get $l0) (local.get $rowBytes)))
        (local.set $l2 (i32.add (local.get $l1) (local.get $rowBytes)))
        (local.set $l3 (i32.add (local.get $l2) (local.get $rowBytes)))
        (local.set $r0 (local.get $row))
        (local.set $r1 (i32.add (local.get $r0) (local.get $rowBytes)))
        (local.set $s00 (v128.const i64x2 0 0))
        (local.set $s01 (v128.const i64x2 0 0))
        (local.set $s10 (v128.const i64x2 0 0))
        (local.set $s11 (v128.const i64x2 0 0))
        (local.set $s20 (v128.const i64x2 0 0))
        (local.set $s21 (v128.const i64x2 0 0))
        (local.set $s30 (v128.const i64x2 0 0))
        (local.set $s31 (v128.const i64x2 0 0))
        (loop $columns
          (local.set $x (v128.load (local.get $r0)))
          (local.set $y (v128.load (local.get $r1)))
          (local.set $v (v128.load (local.get $l0)))
          (local.set $s00 (f64x2.add (local.get $s00) (f64x2.mul (local.get $v) (local.get $x))))
          (local.set $s01 (f64x2.add (local.get $s01) (f64x2.mul (local.get $v) (local.get $y))))
          (local.set $v (v128.load (local.get $l1)))
          (local.set $s10 (f64x2.add (local.get $s10) (f64x2.mul (local.get $v) (local.get $x))))
          (local.set $s11 (f64x2.add (local.get $s11) (f64x2.mul (local.get $v) (local.get $y))))
          (local.set $v (v128.load (local.get $l2)))
          (local.set $s20 (f64x2.add (local.get $s20) (f64x2.mul (local.get $v) (local.get $x))))
          (local.set $s21 (f64x2.add (local.get $s21) (f64x2.mul (local.get $v) (local.get $y))))
          (local.set $v (v128.load (local.get $l3)))
          (local.set $s30 (f64x2.add (local.get $s30) (f64x2.mul (local.get $v) (local.get $x))))
          (local.set $s31 (f64x2.add (local.get $s31) (f64x2.mul (local.get $v) (local.get $y))))
          (local.set $r0 (i32.add (local.get $r0) (i32.const 16)))
          (local.set $r1 (i32.add (local.get $r1) (i32.const 16)))
          (local.set $l1 (i32.add (local.get $l1) (i32.const 16)))
          (local.set $l2 (i32.add (local.get $l2) (i32.const 16)))
          (local.set $l3 (i32.add (local.get $l3) (i32.const 16)))
          (br_if $columns
            (i32.lt_u (local.tee $l0 (i32.add (local.get $l0) (i32.const 16))) (local.get $l0End))))
        ;; Adds the two lanes of each sum; the results of the two right rows are adjacent.
        (local.set $l0 (local.get $o))
        (v128.store (local.get $l0) (f64x2.add
          (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $s00) (local.get $s01))
          (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $s00) (local.get $s01))))
        (local.set $l0 (i32.add (local.get $l0) (local.get $outRowBytes)))
        (v128.store (local.get $l0) (f64x2.add
          (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $s10) (local.get $s11))
          (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $s10) (local.get $s11))))
        (local.set $l0 (i32.add (local.get $l0) (local.get $outRowBytes)))
        (v128.store (local.get $l0) (f64x2.add
          (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $s20) (local.get $s21))
          (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $s20) (local.get $s21))))
        (local.set $l0 (i32.add (local.get $l0) (local.get $outRowBytes)))
        (v128.store (local.get $l0) (f64x2.add
          (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $s30) (local.get $s31))
          (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $s30) (local.get $s31))))
        (local.set $o (i32.add (local.get $o) (i32.const 16)))
        (br_if $rightBlocks
          (i32.lt_u
            (local.tee $row (i32.add (local.get $row) (i32.shl (local.get $rowBytes) (i32.const 1))))
            (local.get $rightEnd))))
      (local.set $out (i32.add (local.get $out) (i32.shl (local.get $outRowBytes) (i32.const 2))))
      (br_if $leftBlocks
        (i32.lt_u
          (local.tee $left (i32.add (local.get $left) (i32.shl (local.get $rowBytes) (i32.const 2))))
          (local.get $leftEnd))))))
