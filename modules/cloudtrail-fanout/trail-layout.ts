import { AWS_ACCOUNT_ID } from "../inputs";
import { contains, not } from "../terraform";
import type { InputChecks } from "./legacy-checks";
import { KEY_PREFIX, ORGANIZATION_ID, TRAIL_PREFIX } from "./formats";

/** A trail of one account: keys `[<trail prefix>/]AWSLogs/<account>/CloudTrail/...`. Digest files lie elsewhere. */
export interface AccountTrail {
  /** Discriminator. */
  readonly kind: "account";
  /**
   * The account whose trail it is, 12 digits.
   * @default the account that owns the bucket
   */
  readonly accountId?: string;
  /**
   * The prefix that the trail itself has, without slashes at its ends, `AWSLogs` and wildcards.
   * @default none
   */
  readonly trailPrefix?: string;
}

/**
 * An organization trail: keys `[<trail prefix>/]AWSLogs/<organization>/<account>/CloudTrail/...`. The account stands before
 * `CloudTrail`, so one prefix cannot leave the digest files out.
 */
export interface OrganizationTrail {
  /** Discriminator. */
  readonly kind: "organization";
  /** The organization, for instance `o-a1b2c3d4e5`. */
  readonly organizationId: string;
  /**
   * The prefix that the trail itself has, without slashes at its ends, `AWSLogs` and wildcards.
   * @default none
   */
  readonly trailPrefix?: string;
}

/** The trail of Control Tower: keys `<organization>/AWSLogs/<organization>/<account>/CloudTrail/...`. */
export interface ControlTowerTrail {
  /** Discriminator. */
  readonly kind: "controlTower";
  /** The organization, for instance `o-a1b2c3d4e5`. */
  readonly organizationId: string;
}

/** The trail of the Landing Zone Accelerator: keys `cloudtrail-organization/AWSLogs/<organization>/<account>/...`. */
export interface LandingZoneAcceleratorTrail {
  /** Discriminator. */
  readonly kind: "landingZoneAccelerator";
  /** The organization, for instance `o-a1b2c3d4e5`. */
  readonly organizationId: string;
}

/** Any other layout. */
export interface CustomLayout {
  /** Discriminator. */
  readonly kind: "custom";
  /** Start of the keys, as S3 compares it: no wildcards, no slash at the start. `""` is every object of the bucket. */
  readonly prefix: string;
}

/**
 * Where CloudTrail writes in the bucket. It decides which new objects the topic hears of: a prefix that matches nothing
 * means silence without an error (CloudTrail User Guide, "Finding your CloudTrail log files").
 */
export type TrailLayout =
  AccountTrail | OrganizationTrail | ControlTowerTrail | LandingZoneAcceleratorTrail | CustomLayout;

/** Prefix of the Landing Zone Accelerator's organization trail. */
const LANDING_ZONE_ACCELERATOR_PREFIX = "cloudtrail-organization";

/** The prefix of all keys of a layout. */
export function keyPrefix(layout: TrailLayout, bucketAccountId: string): string {
  switch (layout.kind) {
    case "account":
      return `${folder(layout.trailPrefix)}AWSLogs/${layout.accountId ?? bucketAccountId}/CloudTrail/`;
    case "organization":
      return `${folder(layout.trailPrefix)}AWSLogs/${layout.organizationId}/`;
    case "controlTower":
      return `${layout.organizationId}/AWSLogs/${layout.organizationId}/`;
    case "landingZoneAccelerator":
      return `${LANDING_ZONE_ACCELERATOR_PREFIX}/AWSLogs/${layout.organizationId}/`;
    case "custom":
      return layout.prefix;
  }
}

function folder(prefix: string | undefined): string {
  return prefix === undefined ? "" : `${prefix}/`;
}

/** Refuses a layout whose prefix no key of the trail can have. */
export function checkTrailLayout(layout: TrailLayout, checks: InputChecks): void {
  if (layout.kind === "custom") {
    checks.format("trailLayout.prefix", layout.prefix, KEY_PREFIX);
    return;
  }
  if (layout.kind === "account") {
    if (layout.accountId !== undefined) {
      checks.format("trailLayout.accountId", layout.accountId, AWS_ACCOUNT_ID);
    }
  } else {
    checks.format("trailLayout.organizationId", layout.organizationId, ORGANIZATION_ID);
  }
  if ((layout.kind === "account" || layout.kind === "organization") && layout.trailPrefix !== undefined) {
    const { trailPrefix } = layout;
    checks.format("trailLayout.trailPrefix", trailPrefix, TRAIL_PREFIX);
    const allowed = 'leave "AWSLogs" and what follows it out: CloudTrail adds it to the prefix of the trail';
    checks.holds(not(contains(trailPrefix, "AWSLogs")), "trailLayout.trailPrefix", trailPrefix, allowed);
  }
}
