import { approvalMailFeature } from "./approval-mail";
import { approvalsFeature } from "./approvals";

export const stack = [approvalsFeature, approvalMailFeature] as const;
