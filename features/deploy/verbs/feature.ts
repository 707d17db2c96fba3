import { runs } from "../../../cli/permissions";
import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    place: 64,
    name: "deploy",
    topic: "Ship",
    summary: "take the app into your AWS account, step by step",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];

export const permissions = [
  // `deploy` runs these commands, besides the CDK.
  runs("deploy", ["doctor", "secrets set", "list allow", "entra apply", "smoke"]),
];
