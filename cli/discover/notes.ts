import type { Reading } from "../reading";
import type { ByRegion } from "./facts";

/** Something that was found, and what follows from it. */
export interface Remark {
  readonly subject: string;
  /** What is there. */
  readonly found: string;
  /** What that means, and what the proposal does about it. */
  readonly means: string;
}

/** What could not be read. */
export interface Unread {
  readonly subject: string;
  /** What the cloud said; it names the missing right. */
  readonly reason: string;
}

/** Collects what is said about the findings. */
export class Notes {
  public readonly remarks: Remark[] = [];
  public readonly unread: Unread[] = [];
  public readonly toDo: string[] = [];

  public remark(subject: string, found: string, means: string): void {
    this.remarks.push({ subject, found, means });
  }

  /** The value; undefined where it could not be read, which is noted. */
  public value<Value>(subject: string, reading: Reading<Value>): Value | undefined {
    if ("value" in reading) {
      return reading.value;
    }
    this.unread.push({ subject, reason: reading.unread });
    return undefined;
  }

  /** The values of the regions that could be read. A reason that holds for several regions is noted once. */
  public values<Value>(subject: string, readings: ByRegion<Value>): (readonly [region: string, value: Value])[] {
    const regionsByReason = new Map<string, string[]>();
    const values = [...readings].flatMap(([region, reading]) => {
      if ("value" in reading) {
        return [[region, reading.value] as const];
      }
      regionsByReason.set(reading.unread, [...(regionsByReason.get(reading.unread) ?? []), region]);
      return [];
    });
    for (const [reason, regions] of regionsByReason) {
      this.unread.push({ subject: `${subject} of ${regions.join(", ")}`, reason });
    }
    return values;
  }
}
