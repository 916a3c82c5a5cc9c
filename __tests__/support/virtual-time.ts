/** Time that passes at once when every caller waits. */
export class VirtualTime {
  /** Milliseconds since the start. */
  now = 0;
  private readonly waiting: { readonly until: number; readonly resume: () => void }[] = [];

  wait(milliseconds: number): Promise<void> {
    return new Promise((resume) => {
      this.waiting.push({ until: this.now + milliseconds, resume });
    });
  }

  /** Lets time pass until all are done. Callers that wait for the same moment continue in the order of the calls. */
  async until<T>(all: Promise<T>): Promise<T> {
    const ends: unknown[] = [];
    const end = (result: unknown) => void ends.push(result);
    all.then(end, end);
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (ends.length > 0) {
        return all;
      }
      const next = this.waiting.reduce((first, other) => (other.until < first.until ? other : first));
      this.waiting.splice(this.waiting.indexOf(next), 1);
      this.now = next.until;
      next.resume();
    }
  }
}
