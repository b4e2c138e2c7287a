/** The pages of an endless list: fetched one after the other, newest first. */

export interface Page<Row, Cursor> {
  readonly rows: readonly Row[];
  /** What the next page begins before; null where there is none. */
  readonly before: Cursor | null;
}

export type Fetch<Row, Cursor> = (before: Cursor | null) => Promise<Page<Row, Cursor>>;

export class Pages<Row, Cursor = number> {
  rows: readonly Row[] = [];
  /** Why the last page could not be fetched. */
  trouble: unknown;
  /** Whether there is no further page. */
  complete = false;
  /** Whether anything has been fetched. */
  begun = false;
  private before: Cursor | null = null;
  private running: Promise<void> | undefined;

  /** @param changed called whenever something above has */
  constructor(
    private readonly fetch: Fetch<Row, Cursor>,
    private readonly changed: () => void,
  ) {}

  get loading(): boolean {
    return this.running !== undefined;
  }

  /** Fetch the next page; nothing happens while one is under way, or where there is none. */
  more(): Promise<void> {
    if (this.complete) return Promise.resolve();
    this.running ??= this.next().finally(() => {
      this.running = undefined;
      this.changed();
    });
    return this.running;
  }

  private async next(): Promise<void> {
    try {
      const page = await this.fetch(this.before);
      this.rows = this.rows.concat(page.rows);
      this.before = page.before;
      this.complete = page.before === null;
      this.trouble = undefined;
    } catch (error) {
      this.trouble = error;
    }
    this.begun = true;
  }
}
