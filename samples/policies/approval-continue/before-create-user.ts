import { beforeCreateUser, requestApproval } from "entra-gatehouse";

/** Everybody waits for an approver; who is approved signs up once more, within three days, and is let through. */
export default beforeCreateUser([requestApproval({ then: "continue", unproven: "block", passDays: 3, askAgainAfterDays: 30 })]);
