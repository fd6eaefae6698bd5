/**
 * Deterministic pseudo-random numbers by index, so that a saved world goes on where it stopped:
 * the n-th number depends on the seed and n only.
 * @see splitmix32, the 32-bit finaliser of MurmurHash3 over a Weyl sequence
 */
export function seededRandom(seed: number): (index: number) => number {
  return (index) => {
    let z = (Math.imul(seed, 0x9e3779b1) + Math.imul(index + 1, 0x9e3779b9)) | 0;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 4_294_967_296;
  };
}
