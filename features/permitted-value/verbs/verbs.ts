import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    within: "invite",
    name: "codes",
    summary: "codes that name nobody: create, list, revoke",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];
