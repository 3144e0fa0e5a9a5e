"""Reports of hotlines and companies: taken in, routed, put in order, and answered."""
