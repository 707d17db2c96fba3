import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    place: 84,
    name: "backup",
    topic: "Ship",
    summary: "write all tables to a file or to S3, restore them, prepare a second region",
    about:
      "Writes all tables to a file or to S3, and puts them back. backup standby prints what the stack of a second region needs from the first.",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];
