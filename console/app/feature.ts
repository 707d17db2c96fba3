import type { ConsolePorts, ConsoleWorld, SharedPorts } from "./ports";
import type { Trail } from "./trail";
import type { ConsoleFeature } from "./visit";

type BroughtBy<F> = F extends { ports(world: ConsoleWorld): infer P } ? P : object;
type All<U> = (U extends unknown ? (each: U) => void : never) extends (all: infer I) => void ? I : never;

/** The frame's ports and those of all features: a feature finds another's by name. */
export function portsOf<F extends ConsoleFeature>(features: readonly F[], world: ConsoleWorld): SharedPorts & All<BroughtBy<F>> {
  return Object.assign({}, world.shared, ...features.map((feature) => feature.ports?.(world)));
}

/** Used if no feature of the console keeps a trail. */
const noTrail: Trail = { audited: (_entry, _now, change) => change(), tell: async () => undefined };

export function consoleTrail(features: readonly ConsoleFeature[], ports: ConsolePorts): Trail {
  return features.find(({ trail }) => trail)?.trail?.(ports) ?? noTrail;
}
