/** What is known of the newest ids that were asked for; of older ones it is forgotten. */
export class Known<T> {
  readonly #values = new Map<string, T>();
  readonly #most: number;

  constructor(most = 10_000) {
    this.#most = most;
  }

  get(id: string): T | undefined {
    return this.#values.get(id);
  }

  set(id: string, value: T): void {
    this.#values.delete(id);
    this.#values.set(id, value);
    if (this.#values.size > this.#most) for (const [oldest] of this.#values) return void this.#values.delete(oldest);
  }

  delete(id: string): void {
    this.#values.delete(id);
  }
}

/** What is known by each git, made when it is first asked for. */
export function knownBy<T>(most?: number): (git: object) => Known<T> {
  const all = new WeakMap<object, Known<T>>();
  return (git) => {
    const known = all.get(git) ?? new Known<T>(most);
    all.set(git, known);
    return known;
  };
}
