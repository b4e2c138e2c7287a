/** Something that is under way because somebody has pressed a button, and what went wrong with it. */
import { troubleText } from "../services/trouble";
import type { HomeElement } from "./element";

export class Work {
  busy = false;
  trouble = "";

  constructor(private readonly host: HomeElement) {}

  /** Do it; what it throws is told in `trouble`. */
  async run(task: () => Promise<void>): Promise<void> {
    this.tell(true, "");
    try {
      await task();
      this.tell(false, "");
    } catch (error) {
      this.tell(false, troubleText(error, this.host.home.texts));
    }
  }

  private tell(busy: boolean, trouble: string): void {
    this.busy = busy;
    this.trouble = trouble;
    this.host.requestUpdate();
  }
}
