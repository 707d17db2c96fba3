import { afterSignIn } from "entra-gatehouse";
import { who } from "./who";

/** Before the form: whoever cannot get in reads it here. */
export default afterSignIn([...who]);
