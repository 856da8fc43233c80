/**
 * Gaussian kernel between one row and every support vector: exp(-d^2 / (2 width^2)).
 *
 * @param row values of the row
 * @param support vectors x columns, row-major
 * @returns one number per support vector
 */
export function gaussianKernel(row: Float64Array, support: Float64Array, width: number): Float64Array {
  const columns = row.length;
  const kernel = new Float64Array(support.length / columns);
  const divisor = 2 * width * width;
  for (let vector = 0; vector < kernel.length; vector++) {
    let distance = 0;
    for (let column = 0; column < columns; column++) {
      const difference = row[column]! - support[vector * columns + column]!;
      distance += difference * difference;
    }
    kernel[vector] = Math.exp(-distance / divisor);
  }
  return kernel;
}
