"""Mét Giá, a digital archive portal for a province; the factory is in `portal.app`."""
