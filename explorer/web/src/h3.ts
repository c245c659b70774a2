// The bits of H3 cell indexes: a tile's feature id is the cell's position in base 7 (explorer.Cell.Position).

const mode = 1n << 59n;

// cellAt returns the index of the cell at a position of a resolution.
export function cellAt(position: number, res: number): string {
  let c = mode | (BigInt(res) << 52n) | ((1n << BigInt(3 * (15 - res))) - 1n);
  let p = BigInt(position);
  for (let r = res; r >= 1; r--) {
    c |= (p % 7n) << BigInt(3 * (15 - r));
    p /= 7n;
  }
  return (c | (p << 45n)).toString(16);
}

// position returns the place of a cell among the cells of resolution res, which is not finer than its own.
export function position(cell: string, res: number): number {
  const c = BigInt(`0x${cell}`);
  let p = (c >> 45n) & 127n;
  for (let r = 1; r <= res; r++) p = p * 7n + ((c >> BigInt(3 * (15 - r))) & 7n);
  return Number(p);
}

// tileRes is the resolution of cells in tiles of a zoom level; it matches the server's table.
export const tileRes = (z: number) => [2, 2, 2, 3, 3, 4, 5, 6, 7, 8][Math.max(0, Math.min(9, z))];
