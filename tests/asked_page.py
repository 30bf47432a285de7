"""One run of a page over the socket, as the browser asks for it, without one: what it drew, and whether it failed."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect


@dataclass
class Answer:
    """What one run of a page sent: the bodies of its st.html, all bytes together, and whether Streamlit said it failed."""

    html: str = ""
    raw: bytes = b""
    exceptions: list[str] = field(default_factory=list)


def open_socket(address: str, origin: str | None = "", timeout: float = 60) -> ClientConnection:
    """The socket of a page. `origin` "" is the address itself, None leaves the header out."""
    told = address if origin == "" else origin
    return connect(address.replace("http:", "ws:") + "/_stcore/stream", origin=told, subprotocols=["streamlit"], max_size=None, open_timeout=timeout, proxy=None)  # type: ignore[arg-type, list-item]


def run_page(socket: ClientConnection, page: str, **query: str) -> Answer:
    """One run of a page with this query string."""
    message = BackMsg()
    message.rerun_script.query_string = urlencode(query)
    message.rerun_script.page_name = page
    socket.send(message.SerializeToString())
    found = Answer()
    while True:
        data = socket.recv(timeout=120)
        assert isinstance(data, bytes)
        found.raw += data
        told = ForwardMsg.FromString(data)
        kind = told.WhichOneof("type")
        if kind == "delta" and told.delta.WhichOneof("type") == "new_element":
            element = told.delta.new_element
            if element.WhichOneof("type") == "html":
                found.html += element.html.body
            elif element.WhichOneof("type") == "exception":
                found.exceptions.append(element.exception.message)
        elif kind == "script_finished":
            return found
