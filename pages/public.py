"""公示: exactly what the public sees of this build, inside the internal frame."""

from dashboard.public.framed import framed_page
from dashboard.view.run import current

framed_page(current())
