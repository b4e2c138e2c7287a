/** What of Home Assistant's frontend is used. Only what it documents for panels and cards. */

export type Localize = (key: string, values?: Record<string, unknown>) => string;

export interface Connection {
  readonly connected: boolean;
  subscribeMessage<Message>(
    callback: (message: Message) => void,
    command: { type: string; [field: string]: unknown },
    options?: { resubscribe?: boolean },
  ): Promise<() => Promise<void>>;
  addEventListener(event: "ready" | "disconnected", listener: () => void): void;
  removeEventListener(event: "ready" | "disconnected", listener: () => void): void;
}

export interface HomeAssistant {
  readonly connection: Connection;
  readonly language: string;
  readonly locale: {
    readonly language: string;
    readonly time_format: "language" | "system" | "12" | "24";
    readonly time_zone: "local" | "server";
  };
  readonly config: { readonly time_zone: string };
  readonly themes: { readonly darkMode: boolean };
  readonly states: Readonly<Record<string, { readonly attributes: { readonly friendly_name?: string } }>>;
  readonly user?: { readonly id: string; readonly is_admin: boolean };
  readonly localize: Localize;
  loadBackendTranslation(category: string, integration: string): Promise<Localize>;
  callApi<Result>(method: "POST", path: string, data: Record<string, unknown>): Promise<Result>;
  callWS<Result>(command: { type: string; [field: string]: unknown }): Promise<Result>;
}

export interface Route {
  readonly prefix: string;
  readonly path: string;
}

export interface PanelInfo {
  readonly config?: { readonly _panel_custom?: { readonly module_url?: string } } | null;
}
