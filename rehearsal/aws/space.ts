import type { Attributes } from "../protocol/values";
import type { SimulationClock } from "../simulation-clock";
import type { Organization } from "./organization";
import type { ObjectStore } from "./store";

/** One account as the behaviour of resources and the services in it see it: its objects, its ARNs, the clock, the cloud. */
export interface AccountSpace {
  readonly cloud: CloudSpace;
  readonly id: string;
  readonly partition: string;
  readonly objects: ObjectStore;
  /** Bodies of the messages that wait in queues, by the ARN of the queue. */
  readonly messages: Map<string, readonly string[]>;
  readonly clock: SimulationClock;
  arn(service: string, resource: string, region?: string): string;
  /** An existing object of someone else. */
  seed(type: string, attributes: Attributes, region?: string): Attributes;
}

/** What accounts share. */
export interface CloudSpace {
  /** Region of a call without one. */
  readonly region: string;
  readonly partition: string;
  /** Domain of the service endpoints. */
  readonly urlSuffix: string;
  readonly clock: SimulationClock;
  /** Seconds until a change of IAM is seen outside the account. */
  readonly iamPropagationSeconds: number;
  readonly stacks: StackOperations;
  readonly stackSets: StackSetOperations;
  account(id: string): AccountSpace;
  accounts(): readonly AccountSpace[];
  organizationInUse(): Organization;
}

/** The effects of a stack. */
export interface StackOperations {
  /** Refuses what CloudFormation refuses about a stack. */
  check(stack: Attributes, isNew: boolean): void;
  create(stack: Attributes): Promise<void>;
  update(stack: Attributes): Promise<void>;
  delete(stack: Attributes): Promise<void>;
}

/** The effects of the resources of a StackSet. */
export interface StackSetOperations {
  /** Refuses what CloudFormation refuses about a StackSet. */
  check(stackSet: Attributes): void;
  /** Accounts that have a stack of the StackSet. */
  accountsOf(stackSet: string): readonly string[];
  update(stackSet: Attributes): Promise<void>;
  deploy(instance: Attributes): Promise<void>;
  withdraw(instance: Attributes): Promise<void>;
}
