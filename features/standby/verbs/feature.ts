import { look, onTables, resources, secretsSeen, tablePlaces } from "../../../cli/permissions";
import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    within: "backup",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];

export const permissions = [look("backup standby", resources, onTables(tablePlaces, "DescribeTable"), secretsSeen)];
