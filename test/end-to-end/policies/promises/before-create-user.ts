import { beforeCreateUser, idology, requestApproval, verifyIdentity } from "entra-gatehouse";

const hasNoAddress = ({ signUp }: { signUp: { attributes: Record<string, unknown> } }) => signUp.attributes.streetAddress === undefined;

/** Everybody waits for an approver; whoever gives an address is verified first. */
export default beforeCreateUser(
  [verifyIdentity(idology(), { review: "approval", unless: hasNoAddress }), requestApproval({ then: "continue", unproven: "block" })],
  { trust: ["mail", "google.com"] },
);
