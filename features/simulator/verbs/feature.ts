import { act, credentials } from "../../../cli/permissions";
import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    order: 20,
    name: "simulate",
    topic: "Write a policy",
    summary: "sign a person up as Entra does",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];

export const permissions = [act("simulate", ...credentials)];
