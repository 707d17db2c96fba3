import { listCommandJson } from "./access-list/verbs/json";
import { approvalCommandJson } from "./approvals/verbs/json";
import { auditCommandJson } from "./audit/verbs/json";
import { backupCommandJson } from "./backup/verbs/json";
import { testCommandJson } from "./cases/verbs/json";
import { conformCommandJson } from "./conform/verbs/json";
import { decisionCommandJson } from "./decisions/verbs/json";
import { deployCommandJson } from "./deploy/verbs/json";
import { doctorCommandJson } from "./doctor/verbs/json";
import { entraCommandJson } from "./entra/verbs/json";
import { expiryCommandJson } from "./expiry/verbs/json";
import { whyCommandJson } from "./explain/verbs/json";
import { incidentCommandJson } from "./incidents/verbs/json";
import { invitationCommandJson } from "./invitations/verbs/json";
import { partnerCommandJson } from "./partners/verbs/json";
import { codeCommandJson } from "./permitted-value/verbs/json";
import { personCommandJson } from "./person/verbs/json";
import { gateCommandJson } from "./posture/verbs/json";
import { previewCommandJson } from "./preview/verbs/json";
import { tableCommandJson } from "./reference-data/verbs/json";
import { credentialsCommandJson } from "./rotation/verbs/json";
import { secretsCommandJson } from "./secrets/verbs/json";
import { simulateCommandJson } from "./simulator/verbs/json";
import { smokeCommandJson } from "./smoke/verbs/json";
import { standbyCommandJson } from "./standby/verbs/json";
import { termsCommandJson } from "./terms/verbs/json";

/** Each command's output with --json, by its words: docs/schemas/commands.json. */
export const commandJson = {
  ...testCommandJson,
  ...previewCommandJson,
  ...simulateCommandJson,
  ...listCommandJson,
  ...invitationCommandJson,
  ...codeCommandJson,
  ...approvalCommandJson,
  ...expiryCommandJson,
  ...partnerCommandJson,
  ...personCommandJson,
  ...tableCommandJson,
  ...whyCommandJson,
  ...decisionCommandJson,
  ...auditCommandJson,
  ...termsCommandJson,
  ...deployCommandJson,
  ...entraCommandJson,
  ...credentialsCommandJson,
  ...conformCommandJson,
  ...secretsCommandJson,
  ...doctorCommandJson,
  ...smokeCommandJson,
  ...backupCommandJson,
  ...standbyCommandJson,
  ...gateCommandJson,
  ...incidentCommandJson,
} as const;
