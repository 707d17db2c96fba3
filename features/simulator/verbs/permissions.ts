import { act, credentials } from "../../../cli/permissions";

export const permissions = [act("simulate", ...credentials)];
