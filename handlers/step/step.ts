import { environment, required } from "../../adapters/aws/environment";
import { personHash } from "../../adapters/aws/person-key";
import type { StepWorld } from "../../adapters/world";
import type { Dialect } from "../../engine/protocols/dialect";
import type { GatePosture } from "../../engine/sign-up/last-rule";
import type { Policy } from "../../engine/sign-up/policy";
import type { FirstToken } from "../../engine/sign-up/ports";
import type { Step } from "../../engine/sign-up/sign-up";

/** How a gate is set. @param gate undefined for the default one */
export type PostureOf = (gate: string | undefined) => GatePosture;

/** The posture as an argument: a step that can stop somebody has to be given it. */
export type PostureFor<S extends Step> = [S] extends ["before-sending-token"] ? [] : [posture: PostureOf];

/** What a step's function is made of, besides its world. */
export interface StepParts<Event> {
  readonly dialect: Dialect<Event>;
  readonly policy: Policy;
  readonly posture: PostureOf | undefined;
  /** Keeps the account whose first token this is; absent where nothing is kept. */
  readonly arrival?: ((arrived: FirstToken) => Promise<void>) | undefined;
}

/** The same with what all its calls share. */
export interface StepSettings<Event> extends Omit<StepParts<Event>, "posture"> {
  readonly world: StepWorld;
  readonly gate: string | undefined;
  /** Absent at the step that stops nobody. */
  readonly posture: GatePosture | undefined;
  readonly hashes: ReturnType<typeof personHash>;
  readonly policyVersion: string;
}

export function stepSettings<Event>({ posture, ...parts }: StepParts<Event>, world: StepWorld): StepSettings<Event> {
  const { settings, secrets, clock } = world;
  const { step } = parts.policy;
  const gate = settings[environment.gate];
  const stopsNobody = step === "before-sending-token";
  if (posture === undefined && !stopsNobody) throw new TypeError(`${step} does not know how its gate is set.`);
  return {
    ...parts,
    world,
    gate,
    posture: stopsNobody ? undefined : posture?.(gate),
    hashes: personHash(secrets, required(environment.personKeySecret, settings), clock),
    policyVersion: required(environment.policyVersion, settings),
  };
}
