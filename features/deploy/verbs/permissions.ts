import { runs } from "../../../cli/permissions";

export const permissions = [
  // It runs these, besides the CDK.
  runs("deploy", ["doctor", "secrets set", "list allow", "entra apply", "smoke"]),
];
