import { setTimeout as sleep } from "node:timers/promises";
import { BUCKET, trailKey } from "../../cloudtrail-fanout/sentinel-account";
import type { Place } from "../../cloudtrail-fanout/sentinel-account";
import type { AwsApi } from "./aws-api";

/** Puts an object under the trail's prefix again and again, as CloudTrail does, until it is stopped. */
export class Writer {
  readonly keys: string[] = [];
  private isStopped = false;
  private readonly done: Promise<void>;

  constructor(
    private readonly aws: AwsApi,
    private readonly place: Place,
  ) {
    this.done = this.write();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.done;
  }

  private async write(): Promise<void> {
    while (!this.isStopped) {
      const key = trailKey(this.place, `background-${this.keys.length}`);
      await this.aws.putObject(BUCKET, key, "log");
      this.keys.push(key);
      await sleep(1000);
    }
  }
}

/** A reader of a queue, which keeps the bodies of all messages it ever got. */
export class Consumer {
  private readonly received: string[] = [];

  constructor(
    private readonly aws: AwsApi,
    readonly url: string,
  ) {}

  async bodies(): Promise<readonly string[]> {
    this.received.push(...(await this.aws.takeMessages(this.url)));
    return this.received;
  }

  /** Keys of the objects that the messages tell of. */
  async keys(): Promise<readonly string[]> {
    return (await this.bodies()).flatMap(keysOf);
  }
}

/** Keys of the objects that a message tells of. */
export function keysOf(body: string): string[] {
  const { Records: records = [] } = JSON.parse(body) as { Records?: { s3: { object: { key: string } } }[] };
  return records.map(({ s3 }) => decodeURIComponent(s3.object.key));
}
