import { auditArchiveFeature } from "./audit-archive";
import { auditTrailFeature } from "./audit-trail";

export const stack = [auditTrailFeature, auditArchiveFeature] as const;
