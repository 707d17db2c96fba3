import type { ApprovalRequested } from "../../../features/approvals/build-event";

/** A request as its event tells of it. */
export const requested: ApprovalRequested = {
  id: "cmVxdWVzdC1vbmUtLS0tLS",
  time: "2026-06-15T12:00:00.000Z",
  requestId: "a2ltQGNvbnRvc28uY29tLS",
  reference: "K7QD-9MXD",
  state: "pending",
  onApproval: "provision",
  personId: "person-1",
  email: "kim@contoso.com",
  emailProven: true,
  issuers: ["google.com"],
  locales: ["ko-KR"],
  requestedAt: "2026-06-15T12:00:00.000Z",
  answerBy: "2026-06-29T12:00:00.000Z",
  displayName: "Kim Lee",
};

const { answerBy: _, displayName: __, ...told } = requested;

/** What every event of a request says. */
export { told };
