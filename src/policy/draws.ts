/** Seeded randomness and what is drawn with it. Equal seeds give equal numbers on every machine. */
export type Draw = () => number;

/** In (0, 1). A counter whose bits are mixed. */
export function seeded(seed: number): Draw {
  let count = seed | 0;
  return () => {
    count = (count + 0x9e3779b9) | 0;
    let bits = Math.imul(count ^ (count >>> 16), 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32 + 2 ** -33;
  };
}

/** Of the standard normal distribution (Box and Muller). */
export const normal = (draw: Draw): number => Math.sqrt(-2 * Math.log(draw())) * Math.cos(2 * Math.PI * draw());

/** Of what the standard normal distribution has above `least` (Robert: by an exponential tail, where it is far out). */
export function normalAbove(least: number, draw: Draw): number {
  for (;;) {
    if (least < 0.5) {
      const z = normal(draw);
      if (z > least) return z;
    } else {
      const z = least - Math.log(draw()) / least;
      if (Math.log(draw()) < -((z - least) ** 2) / 2) return z;
    }
  }
}

/** Of the chi-squared distribution with `degrees` >= 2 (twice a gamma, by Marsaglia and Tsang). */
export function chiSquared(degrees: number, draw: Draw): number {
  const d = degrees / 2 - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(draw);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(draw()) < (x * x) / 2 + d - d * v + d * Math.log(v)) return 2 * d * v;
  }
}

/** A log-normal whose parameters are known by a few observations, and by a weak belief in a spread of one (four observations). */
export interface Learnt {
  readonly n: number;
  readonly mean: number;
  readonly variance: number;
  readonly degrees: number;
}

const belief = 4;

export function learn(values: readonly number[]): Learnt {
  const logs = values.map((value) => Math.log(Math.max(1, value)));
  const n = logs.length;
  const mean = logs.reduce((sum, log) => sum + log, 0) / n;
  const degrees = belief + n - 1;
  const variance = (belief + logs.reduce((sum, log) => sum + (log - mean) ** 2, 0)) / degrees;
  return { n, mean, variance, degrees };
}

/** One log-normal that may be the true one: the values to come of one draw all have the same. */
export interface LogNormal {
  readonly mu: number;
  readonly sigma: number;
}

export function possible({ n, mean, variance, degrees }: Learnt, draw: Draw): LogNormal {
  const sigma = Math.sqrt((variance * degrees) / chiSquared(degrees, draw));
  return { mu: mean + (sigma * normal(draw)) / Math.sqrt(n), sigma };
}

/** What is left of a value of which `past` is over already. */
export const drawLeft = ({ mu, sigma }: LogNormal, past: number, draw: Draw): number =>
  past < 1
    ? Math.exp(mu + sigma * normal(draw))
    : Math.exp(mu + sigma * normalAbove((Math.log(past) - mu) / sigma, draw)) - past;
