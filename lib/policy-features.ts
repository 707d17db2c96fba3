import { accessListPolicy } from "../features/access-list/stack/access-list-policy";
import { provisioningPolicy } from "../features/approvals/stack/provisioning-policy";
import { externalTenantPolicy } from "../features/external-tenant/stack/external-tenant-policy";
import { languagesPolicy } from "../features/languages/stack/languages";
import { limitPolicy } from "../features/limit/stack/suffixes";
import { termsPolicy } from "../features/terms/stack";
import type { PolicyFeature } from "./policy-folder/policy-feature";

/** Features that look into policies beyond their own rules. */
export const policyFeatures: readonly PolicyFeature[] = [
  provisioningPolicy,
  termsPolicy,
  accessListPolicy,
  externalTenantPolicy,
  languagesPolicy,
  limitPolicy,
];
